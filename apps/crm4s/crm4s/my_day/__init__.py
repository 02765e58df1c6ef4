"""My day: what the signed-in person has to do now, in order.

Each document says in a module of its own, `due`, which work it makes and for whom (`WORK`); `registry` lists these modules, so that a new kind of
document is one line there. `day` asks them all, each under the reader's permissions, and `urgency` brings the answers into one order.
"""
