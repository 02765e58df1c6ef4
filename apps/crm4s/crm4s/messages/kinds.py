"""The kinds of channels, as they stand in C4S Message Channel and in wishes."""

SMS, MAIL, WECOM, WECHAT, NOTICE, TASK = "SMS", "E-Mail", "WeCom", "WeChat", "Portal Notice", "Desk Task"
KINDS = (SMS, MAIL, WECOM, WECHAT, NOTICE, TASK)
# Sent by somebody else's server over HTTP.
OVER_HTTP = (SMS, WECOM, WECHAT)
EVERY = "All Channels"
