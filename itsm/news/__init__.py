"""News: what people are told about tickets that concern them, none of which pages anybody."""
