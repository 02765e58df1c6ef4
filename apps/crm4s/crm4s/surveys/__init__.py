"""What customers are asked, by whom and when, and what becomes of their answers.

questions   one question: what it allows as an answer, when it is shown, which answers are low
versions    the frozen content that responses are given to; publishing
languages   a survey's texts in another language
answers     what somebody gave, as rows of a response
subjects    who and what is rated, from the visit, deal, lead or complaint
rated       who is rated reads no single answer
occasions   what a rule finds on a day
inviting    rules become invitations and messages; reminders, expiry
links       the token of an invitation
page        the public page, the preview and the agent's form: one template
giving      answers become the response of an invitation, once
photos      pictures that strangers send
low_scores  complaint and task for a response that calls for action; the loop closed
api         what the forms call
"""
