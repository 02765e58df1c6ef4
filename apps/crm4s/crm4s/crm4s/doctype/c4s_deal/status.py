"""The coarse status of a deal, which code and figures read, and which one may follow which. The workflow's states are finer."""

QUOTED, ORDERED, DELIVERED, CANCELLED = "Quoted", "Ordered", "Delivered", "Cancelled"
STEPS = {
	QUOTED: (ORDERED, CANCELLED),
	ORDERED: (DELIVERED, CANCELLED),
	DELIVERED: (),
	CANCELLED: (QUOTED,),
}
