"""The office's pages: views, forms and templates."""
