"""The documentation as a site: what MkDocs does not know of by itself."""
