"""The library's answers, each written by hand for one question, as quickly as we know how.

On tables, the question is that of a formal notice while the gate is open, and all faults are looked
after: doubtful addresses, ids that occur twice, strange rules; and so is the order of rows.
"""

# The address of D16, as each of these engines reads it.
ADDRESS = (
    r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
)
NO_ADDRESS = r"\?[bBqQ]\?|\n"
"""D16 refuses these too: an encoded word, and a line break that some engines allow at the end."""
CODES = ("client", "introducer", "client_and_introducer")
REASONS = ("rule_applied", "no_introducer")
NOTICES = (
    None,
    "invalid_rule",
    "ambiguous_id",
    "invalid_email",
    "no_client_address",
    "no_introducer_address",
    "client_not_addressed",
)
