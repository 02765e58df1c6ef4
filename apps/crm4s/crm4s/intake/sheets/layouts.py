"""The columns of each kind of spreadsheet. Pure data: headings in both languages, what to write there, an example.

A heading is known in English, in Chinese and by the other words that dealerships use; `field` is the column of the intake. Both languages
stand here, as a file may come in either whatever the language of the user.
"""

from dataclasses import dataclass

CUSTOMERS, VEHICLES, VISITS = "Customers", "Vehicles", "Service Visits"


@dataclass(frozen=True)
class Column:
	field: str
	english: str
	chinese: str
	example: str = ""
	# What to write there, in English and Chinese.
	note: tuple[str, str] = ("", "")
	others: tuple[str, ...] = ()
	is_required: bool = False
	# The column describes one line of the record, not the record.
	of_line: bool = False

	@property
	def headings(self) -> tuple[str, ...]:
		return (self.english, self.chinese, self.field, *self.others)


@dataclass(frozen=True)
class Layout:
	kind: str
	doctype: str
	# File names of the templates in docs/templates/.
	slug: str
	columns: tuple[Column, ...]

	def column(self, field: str) -> Column | None:
		return next((column for column in self.columns if column.field == field), None)


_NONE = ("", "")
_DATE = ("A date such as 2026-11-21.", "日期，如 2026-11-21。")
_TIME = ("A time such as 2026-11-21 14:30.", "时间，如 2026-11-21 14:30。")
_AMOUNT = ("An amount in yuan.", "金额（元）。")
_PERSON = ("The e-mail address with which the colleague logs in.", "该同事登录系统的邮箱。")
_CHOICE = ("One of the choices of the field in the form.", "表单中该字段的某个选项。")

CUSTOMER_LAYOUT = Layout(
	CUSTOMERS,
	"C4S Customer",
	"customers",
	(
		Column(
			"number", "Customer Number", "客户编号", "K00123",
			("The number of the customer in your old system. With it the same row is known again next time; without it name and phone are.", "客户在原系统中的编号。有编号时，下次导入按编号识别同一客户；没有编号时按姓名和手机号识别。"),
			("客户号", "会员号", "客户代码"),
		),
		Column("customer_name", "Customer Name", "客户姓名", "张伟", ("Name of the person or company.", "个人姓名或公司名称。"), ("姓名", "客户名称", "名称"), True),
		Column("customer_kind", "Customer Kind", "客户类型", "个人", ("个人, 公司, 出租车, 政府, 租赁 or 经销商.", "个人、公司、出租车、政府、租赁或经销商。"), ("客户性质",)),
		Column("phone", "Phone", "手机号", "13800138000", ("The number on which the customer is called.", "联系客户所用的号码。"), ("手机", "手机号码", "电话", "联系电话", "Mobile Phone")),
		Column(
			"is_verified", "Phone Verified", "手机已验证", "否",
			("是 if the customer confirmed the number; such a number belongs to one customer of the group only.", "客户已确认该号码时填“是”；已验证的号码在集团内只能属于一个客户。"),
		),
		Column("other_phone", "Other Phone", "其他电话", "021-65529988", ("With area code.", "固定电话请带区号。"), ("备用电话", "固定电话", "电话2")),
		Column("sex", "Sex", "性别", "男", ("男 or 女.", "男或女。"), ("Gender",)),
		Column("birthday", "Birthday", "生日", "1990-01-01", _DATE, ("出生日期", "出生年月")),
		Column("email", "E-mail", "邮箱", "zhangwei@example.com", _NONE, ("Email", "电子邮箱", "电子邮件")),
		Column("wechat", "WeChat", "微信号", "zhangwei_01", _NONE, ("微信",)),
		Column("province", "Province", "省份", "上海市", _NONE, ("省",)),
		Column("city", "City", "城市", "上海市", _NONE, ("市",)),
		Column("district", "District", "区县", "静安区", _NONE, ("区",)),
		Column("address_line", "Address", "地址", "南京西路 1 号", _NONE, ("详细地址", "联系地址", "住址")),
		Column("postal_code", "Postal Code", "邮编", "200040", _NONE, ("邮政编码",)),
		Column("identity_document_type", "Document Type", "证件类型", "居民身份证", _CHOICE),
		Column("identity_number", "Document Number", "证件号码", "", ("Needs Document Type.", "须同时填写证件类型。"), ("身份证号", "身份证号码", "证件号")),
		Column("occupation", "Occupation", "职业", "", _CHOICE),
		Column("source", "Source", "客户来源", "", _CHOICE, ("来源", "来源渠道")),
		Column("purchase_purpose", "Purchase Purpose", "购车用途", "家用", _CHOICE, ("用途",)),
		Column("purchase_need", "Purchase Need", "购车需求", "七座 SUV", _NONE, ("需求", "备注")),
		Column("sales_consultant", "Sales Consultant", "销售顾问", "", _PERSON),
		Column("service_advisor", "Service Advisor", "服务顾问", "", _PERSON),
		Column("since", "Customer Since", "建档日期", "2024-05-01", _DATE, ("登记日期",)),
	),
)

VEHICLE_LAYOUT = Layout(
	VEHICLES,
	"C4S Vehicle",
	"vehicles",
	(
		Column("vin", "VIN", "车架号", "LSVAG2180E2100001", ("17 characters; by it the car is known again.", "17 位；下次导入按车架号识别同一辆车。"), ("车辆识别代号", "车架号（VIN）", "VIN码", "底盘号"), True),
		Column("plate_number", "Plate Number", "车牌号", "沪A12345", _NONE, ("车牌", "车牌号码")),
		Column("model", "Model Code", "车型代码", "", ("The code of a model in the list. Without it Model as Registered is needed.", "车型列表中的车型代码；没有代码时须填写“车型”。"), ("车型编码", "Model")),
		Column("model_description", "Model as Registered", "车型", "卡罗拉 2024 1.5L", ("For a car whose model is not in the list.", "车型不在列表中时填写，与行驶证一致。"), ("车型名称", "车辆型号")),
		Column("engine_number", "Engine or Motor Number", "发动机号", "", _NONE, ("发动机号码", "电机号")),
		Column("exterior_colour", "Exterior Colour", "车身颜色", "白色", _NONE, ("颜色", "外观颜色")),
		Column("interior_colour", "Interior Colour", "内饰颜色", "", _NONE),
		Column("usage", "Usage", "使用性质", "家用", _CHOICE),
		Column("entered_as", "Entered As", "车辆状态", "使用中", ("在用 for a customer's car, 在库 for a car in stock.", "客户的车填“在用”，库存车填“在库”。"), ("入账状态", "状态")),
		Column("owner_number", "Owner's Customer Number", "车主客户编号", "K00123", ("As in the spreadsheet of customers.", "与客户表中的客户编号一致。"), ("客户编号", "车主编号")),
		Column("owner_phone", "Owner's Phone", "车主手机号", "13800138000", ("Where there is no customer number.", "没有客户编号时填写。"), ("手机号", "车主电话", "车主手机")),
		Column("owner_since", "Owner Since", "购车日期", "2024-05-01", _DATE, ("过户日期",)),
		Column("first_registered_on", "First Registered On", "上牌日期", "2024-05-06", _DATE, ("注册日期", "初次登记日期")),
		Column("delivered_on", "Delivered On", "交车日期", "2024-05-01", _DATE, ("销售日期",)),
		Column("produced_on", "Produced On", "出厂日期", "", _DATE, ("生产日期",)),
		Column("insurance_until", "Insured Until", "保险到期日", "2027-05-01", _DATE, ("保险到期", "交强险到期日")),
		Column("inspection_due_on", "Inspection Due On", "年检到期日", "2030-05-31", _DATE, ("年检到期", "年审到期日")),
		Column("warranty_until", "Warranty Until", "质保到期日", "", _DATE, ("质保到期",)),
		Column("extended_warranty_until", "Extended Warranty Until", "延保到期日", "", _DATE, ("延保到期",)),
		Column("invoice_number", "Invoice Number", "发票号码", "", _NONE, ("发票号",)),
		Column("invoice_date", "Invoice Date", "开票日期", "", _DATE),
		Column("invoice_price", "Invoice Price", "发票金额", "", _AMOUNT, ("开票金额", "车价")),
		Column("arrived_on", "Arrived On", "到店日期", "", _DATE, ("入库日期",)),
		Column("purchase_price", "Purchase Price", "采购价", "", _AMOUNT, ("进价",)),
		Column("asking_price", "Asking Price", "销售报价", "", _AMOUNT),
	),
)

VISIT_LAYOUT = Layout(
	VISITS,
	"C4S Service Visit",
	"service-visits",
	(
		Column(
			"number", "Order Number", "工单号", "RO20260301001",
			("Rows with the same number are the lines of one visit; by it the visit is known again.", "工单号相同的各行是同一次到店的明细；下次导入按工单号识别。"), ("委托书号", "结算单号", "单号", "维修单号"), True,
		),
		Column("visit_kind", "Visit Kind", "到店类型", "进店", ("进店, 柜台销售, 上门服务 or 救援.", "进店、柜台销售、上门服务或救援。"), ("业务类型",)),
		Column("status", "Status", "状态", "已结算", ("进行中, 已结算 or 已取消.", "进行中、已结算或已取消。"), ("工单状态",)),
		Column("vehicle_vin", "VIN", "车架号", "LSVAG2180E2100001", ("VIN or plate number of a car in the books; not for a counter sale.", "系统中已有车辆的车架号或车牌号；柜台销售可不填。"), ("车架号（VIN）", "VIN码", "底盘号")),
		Column("vehicle_plate", "Plate Number", "车牌号", "沪A12345", _NONE, ("车牌", "车牌号码")),
		Column("customer_number", "Customer Number", "客户编号", "", ("Without number and phone it is the owner of the car.", "客户编号和手机号都不填时，视为该车的车主。"), ("客户号",)),
		Column("customer_phone", "Customer's Phone", "客户手机号", "", _NONE, ("手机号", "手机", "电话")),
		Column("arrived_on", "Arrived On", "进店时间", "2026-03-01 09:30", _TIME, ("进店日期", "来店时间", "开单时间", "开单日期"), True),
		Column("promised_on", "Promised On", "预计交车时间", "", _TIME, ("预计完工时间",)),
		Column("settled_on", "Settled On", "结算时间", "2026-03-01 16:10", _TIME, ("结算日期",)),
		Column("service_advisor", "Service Advisor", "服务顾问", "", _PERSON),
		Column("odometer", "Odometer (km)", "行驶里程", "15230", ("A whole number.", "整数。"), ("里程", "进店里程", "公里数")),
		Column("concern", "Concern", "客户描述", "刹车异响", ("In the customer's words.", "用客户的原话填写。"), ("故障描述", "客户陈述")),
		Column("invoice_number", "Invoice Number", "发票号码", "", _NONE, ("发票号",)),
		Column("next_service_advice", "Advice for Next Service", "下次保养建议", "", _NONE, ("建议",)),
		Column("item_kind", "Item Kind", "项目类别", "工时", ("工时, 配件 or 其他.", "工时、配件或其他。"), ("类别",), of_line=True),
		Column("part", "Part Number", "配件编号", "", ("The number of a part in the list.", "配件列表中的配件编号。"), ("配件号", "零件号"), of_line=True),
		Column("item_name", "Item", "项目名称", "更换刹车片", ("What was done or sold.", "做了什么或卖了什么。"), ("项目", "配件名称", "Item Name"), of_line=True),
		Column("quantity", "Quantity", "数量", "1.5", ("1 where it is empty.", "不填即为 1。"), (), of_line=True),
		Column("unit_price", "Unit Price", "单价", "120.00", _AMOUNT, (), of_line=True),
		Column("discount_amount", "Discount", "优惠金额", "0", _AMOUNT, ("折扣金额",), of_line=True),
		Column("payer", "Payer", "付款方", "客户", ("客户, 质保, 保险 or 内部.", "客户、质保、保险或内部。"), ("付款类型", "账类"), of_line=True),
		Column("technician", "Technician", "技师", "", _PERSON, (), of_line=True),
		Column("unit_cost", "Unit Cost", "成本单价", "", _AMOUNT, ("成本",), of_line=True),
	),
)

LAYOUTS = {layout.kind: layout for layout in (CUSTOMER_LAYOUT, VEHICLE_LAYOUT, VISIT_LAYOUT)}

# Words of everyday lists, beside the options themselves and their translations.
WORDS = {
	"customer_kind": {"个人": "Private", "私人": "Private", "企业": "Company", "单位": "Company", "出租车": "Taxi", "出租": "Taxi",
		"公司": "Company", "政府": "Government", "机关": "Government", "租赁": "Rental", "经销商": "Distributor", "Person": "Private"},
	"sex": {"男": "Male", "女": "Female", "先生": "Male", "女士": "Female", "M": "Male", "F": "Female"},
	"purchase_purpose": {"家用": "Home", "自用": "Home", "商用": "Business", "公务": "Business", "营运": "Commercial"},
	"usage": {"家用": "Home", "非营运": "Home", "公务": "Business", "商用": "Business", "营运": "Commercial"},
	"identity_document_type": {"身份证": "Resident Identity Card", "居民身份证": "Resident Identity Card", "护照": "Passport",
		"统一社会信用代码": "Unified Social Credit Code", "营业执照": "Unified Social Credit Code"},
	"entered_as": {"在用": "In Use", "使用中": "In Use", "在库": "In Stock", "库存": "In Stock", "在途": "In Transit", "已订": "Ordered",
		"二手库存": "Used Stock", "置换": "Traded In"},
	"visit_kind": {"进店": "Workshop", "维修": "Workshop", "保养": "Workshop", "柜台销售": "Counter Sale", "外卖": "Counter Sale",
		"零售": "Counter Sale", "上门": "Home Service", "上门服务": "Home Service", "救援": "Rescue"},
	"status": {"进行中": "Open", "未结算": "Open", "已结算": "Settled", "结算": "Settled", "已取消": "Cancelled", "作废": "Cancelled"},
	"item_kind": {"工时": "Labour", "人工": "Labour", "配件": "Part", "零件": "Part", "其他": "Other"},
	"payer": {"客户": "Customer", "自费": "Customer", "客户付费": "Customer", "质保": "Warranty", "索赔": "Warranty", "保修": "Warranty",
		"保险": "Insurance", "内部": "Internal", "内返": "Internal"},
}
