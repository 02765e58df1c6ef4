// Build the desk's and the website's bundles of all apps, as bench's own build does: every public/**/*.bundle.* becomes
// <app>/dist/{js,css}/<name>.<hash>.<ext>, and assets.json says which file is which.
// Usage: node build.mjs APPS_FOLDER ASSETS_FOLDER PACKAGES_FOLDER APP...

import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";

const [appsFolder, assetsFolder, packagesFolder, ...apps] = process.argv.slice(2);
const require = createRequire(path.join(packagesFolder, "package.json"));
const esbuild = require("esbuild");
const sass = require("sass");
const postcss = require("postcss");
const autoprefixer = require("autoprefixer");
const vue = require("@vue/compiler-sfc");
const nodeModules = path.join(packagesFolder, "node_modules");

const bundles = (app) =>
	fs.globSync
		? fs.globSync("**/*.bundle.*", { cwd: publicFolder(app) })
		: fs.readdirSync(publicFolder(app), { recursive: true }).filter((file) => /\.bundle\.[a-z]+$/.test(file));
const publicFolder = (app) => path.join(appsFolder, app, app, "public");

const compileSass = (source, file) =>
	sass.compileString(source, {
		url: pathToFileURL(file),
		style: "compressed",
		quietDeps: true,
		logger: sass.Logger.silent,
		loadPaths: [nodeModules, ...apps.map((app) => path.join(appsFolder, app))],
		importers: [
			{ findFileUrl: (url) => (url.startsWith("~") ? pathToFileURL(path.join(nodeModules, url.slice(1))) : null) },
		],
	}).css;

const stylesheets = {
	name: "stylesheets",
	setup(build) {
		build.onLoad({ filter: /\.scss$/ }, async ({ path: file }) => {
			const css = compileSass(fs.readFileSync(file, "utf8"), file);
			const { css: contents } = await postcss([autoprefixer]).process(css, { from: file });
			return { contents, loader: "css", resolveDir: path.dirname(file) };
		});
	},
};

// An .html file is a template of the desk: importing it registers it under its name.
const templates = {
	name: "templates",
	setup(build) {
		build.onLoad({ filter: /\.html$/ }, ({ path: file }) => {
			const name = path.basename(file).split(".")[0];
			// Only the backtick is escaped: the desk's templates rely on the other escapes being read twice.
			const text = fs.readFileSync(file, "utf8").replaceAll("`", "\\`");
			return { contents: `frappe.templates['${name}'] = \`${text}\`;`, loader: "js" };
		});
	},
};

const components = {
	name: "components",
	setup(build) {
		build.onLoad({ filter: /\.vue$/ }, ({ path: file }) => {
			const { descriptor, errors } = vue.parse(fs.readFileSync(file, "utf8"), { filename: file });
			if (errors.length) throw errors[0];
			const id = "c" + esbuildHash(path.relative(appsFolder, file));
			const scoped = descriptor.styles.some((style) => style.scoped);
			return {
				contents: componentModule(descriptor, id, scoped, file),
				loader: descriptor.script?.lang || descriptor.scriptSetup?.lang || "js",
				resolveDir: path.dirname(file),
			};
		});
	},
};

const esbuildHash = (text) => require("node:crypto").createHash("sha1").update(text).digest("hex").slice(0, 10);

function componentModule(descriptor, id, scoped, file) {
	const templateOptions = { scoped, id, filename: file, compilerOptions: { scopeId: scoped ? `data-v-${id}` : undefined } };
	const inline = Boolean(descriptor.scriptSetup);
	const parts = [];
	if (descriptor.script || descriptor.scriptSetup) {
		const script = vue.compileScript(descriptor, { id, inlineTemplate: inline, templateOptions, genDefaultAs: "component" });
		parts.push(script.content);
	} else {
		parts.push("const component = {};");
	}
	if (descriptor.template && !inline) {
		const bindings = undefined;
		const { code } = vue.compileTemplate({ ...templateOptions, source: descriptor.template.content, bindings });
		parts.push(code, "component.render = render;");
	}
	if (scoped) parts.push(`component.__scopeId = "data-v-${id}";`);
	for (const style of descriptor.styles) parts.push(styleStatement(style, id, file));
	parts.push("export default component;");
	return parts.join("\n");
}

// A component's own styles may hold for itself only; those of a package that it imports are for all that the package draws.
const STYLES_OF_PACKAGES = /@import\s+"(@[^"]+\.css)";?/g;

function styleStatement(style, id, file) {
	const imported = [...style.content.matchAll(STYLES_OF_PACKAGES)].map(([, name]) => fs.readFileSync(path.join(nodeModules, name), "utf8"));
	const own = style.content.replace(STYLES_OF_PACKAGES, "");
	const source = style.lang === "scss" ? compileSass(own, file) : own;
	const { code } = vue.compileStyle({ source, filename: file, id: `data-v-${id}`, scoped: style.scoped });
	return [...imported, code].map((css) => `frappe.dom.set_style(${JSON.stringify(css)});`).join("\n");
}

async function build(app) {
	const files = bundles(app);
	if (!files.length) return {};
	const entryPoints = files.map((file) => ({
		in: path.join(publicFolder(app), file),
		out: path.join(/\.(s?css)$/.test(file) ? "css" : "js", path.basename(file).replace(/\.[a-z]+$/, "")),
	}));
	const { metafile } = await esbuild.build({
		entryPoints,
		outdir: path.join(assetsFolder, app, "dist"),
		entryNames: "[dir]/[name].[hash]",
		assetNames: "media/[name].[hash]",
		publicPath: `/assets/${app}/dist`,
		bundle: true,
		minify: true,
		metafile: true,
		target: "es2020",
		external: ["/assets/*"],
		nodePaths: [nodeModules, ...apps.map((name) => path.join(appsFolder, name))],
		loader: Object.fromEntries(["png", "gif", "jpg", "svg", "woff", "woff2", "ttf", "eot"].map((e) => ["." + e, "file"])),
		define: {
			"process.env.NODE_ENV": '"production"',
			__VUE_OPTIONS_API__: "true",
			__VUE_PROD_DEVTOOLS__: "false",
			__VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
		},
		alias: { vue: path.join(nodeModules, "vue/dist/vue.esm-bundler.js") },
		logLevel: "error",
		plugins: [stylesheets, templates, components],
	});
	return Object.fromEntries(
		Object.entries(metafile.outputs)
			.filter(([, { entryPoint }]) => entryPoint)
			.map(([file, { entryPoint }]) => [
				path.basename(entryPoint).replace(/\.scss$/, ".css"),
				"/assets/" + path.relative(assetsFolder, path.resolve(file)),
			])
	);
}

// Everything that compresses well is stored compressed once, so that no request pays for it.
function compress(folder) {
	for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
		const file = path.join(entry.parentPath ?? entry.path, entry.name);
		if (!entry.isFile() || !/\.(js|css|svg|json)$/.test(entry.name)) continue;
		const content = fs.readFileSync(file);
		if (content.length > 1024) fs.writeFileSync(file + ".gz", zlib.gzipSync(content, { level: 9 }));
	}
}

// An empty folder is no part of the fingerprint that decides on building, so nothing may lead to it.
const holdsFiles = (entry) => !fs.statSync(entry).isDirectory() || fs.readdirSync(entry).length > 0;

function linkPublic(app) {
	const target = path.join(assetsFolder, app);
	fs.mkdirSync(target, { recursive: true });
	for (const entry of fs.existsSync(publicFolder(app)) ? fs.readdirSync(publicFolder(app)) : []) {
		const source = path.join(publicFolder(app), entry);
		if (holdsFiles(source)) fs.symlinkSync(source, path.join(target, entry));
	}
}

const loadedByAddress = ["ace-builds", "frappe-gantt", "html5-qrcode", "js-sha256", "qz-tray"];

fs.rmSync(assetsFolder, { recursive: true, force: true });
for (const app of apps) linkPublic(app);
fs.mkdirSync(path.join(assetsFolder, "frappe", "node_modules"));
for (const name of loadedByAddress)
	fs.symlinkSync(path.join(nodeModules, name), path.join(assetsFolder, "frappe", "node_modules", name));
const built = await Promise.all(apps.map(build));
for (const app of apps)
	if (fs.existsSync(path.join(assetsFolder, app, "dist"))) compress(path.join(assetsFolder, app, "dist"));
fs.writeFileSync(path.join(assetsFolder, "assets.json"), JSON.stringify(Object.assign({}, ...built), null, 1));
