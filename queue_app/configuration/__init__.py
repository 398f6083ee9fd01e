"""The whole configuration of an office as one YAML file: written, read, compared, brought in; and ready templates.

``form`` says once what may stand in the file; export, import, checks and docs/install.md all go by it.
"""
