"""Whether a buyer has access to what they bought: the rules, the facts they ask for, how it is said."""
