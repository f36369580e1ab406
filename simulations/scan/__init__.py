"""The scan: is anything of a party to be read in clear in what a hub keeps, sends or says?

It reads everything that it can get at, with an operator's rights, and asks nothing to decrypt. What it finds it names
by place, never by value. It shares no code with what it looks into.
"""
