"""The skin that till and office share: static files only, no code.

``static/skin/`` holds the tokens (colours, sizes), the two programs' style sheets and scripts, one
typeface, one icon sprite and htmx in an exact version, each vendored part with its licence beside
it. ``README.md`` there says where each came from and how it is renewed. Put ``skrin.skin`` into
INSTALLED_APPS and the files are found under ``skin/``.
"""
