"""The library's answers, each written by hand for one question, as quickly as we know how.

On tables, the question is that of a formal notice while the gate is open. All faults are handled:
doubtful addresses, ids that occur twice or nowhere, strange rules. Rows keep their order.
"""

# D16 in two patterns that each of these engines reads: what an address is, and what it is not.
LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
ADDRESS = rf"^[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{LABEL}(?:\.{LABEL})+$"
NO_ADDRESS = r"^[.-]|\.\.|\.@|\.[0-9]+$|\?[bBqQ]\?|\n"

CODES = ("client", "introducer", "client_and_introducer")
REASONS = ("rule_applied", "no_introducer")
NOTICES = (
    None,
    "invalid_rule",
    "ambiguous_id",
    "unknown_id",
    "invalid_email",
    "no_client_address",
    "no_introducer_address",
    "client_not_addressed",
    "some_emails_invalid",
)

# What the addresses of a party are worth: the higher, the earlier its notice comes.
READY, MISSING, INVALID, UNKNOWN, AMBIGUOUS = range(5)
