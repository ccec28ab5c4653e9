"""The API as a whole: its resources, its OpenAPI document, and a page to read it."""
