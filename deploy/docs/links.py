"""MkDocs hook: links from a page to a file outside docs/ become links to the repository.

Pages link such files by relative paths, which work in the forge and in an editor. The site does not contain these files.
A link to a file that does not exist is a warning, and so an error of `mkdocs build --strict`.
"""

import logging
import os
import re
from pathlib import Path

log = logging.getLogger("mkdocs.hooks.links")

LINK = re.compile(r"(?<=\]\()(?![A-Za-z][A-Za-z0-9+.-]*:|/|#)([^)\s#]+)(#[^)\s]*)?(?=\))")
FENCE = re.compile(r"^( *)(```+|~~~+)[^\n]*\n.*?^\1\2[ \t]*$", re.MULTILINE | re.DOTALL)


def on_page_markdown(markdown, page, config, **_):
    docs = Path(config["docs_dir"])
    root = Path(config["config_file_path"]).parent
    folder = Path(page.file.abs_src_path).parent

    def rewrite(match):
        target = Path(os.path.normpath(folder / match.group(1)))
        if target.is_relative_to(docs):
            return match.group(0)
        if not target.is_relative_to(root) or not target.exists():
            log.warning("%s links %s, which does not exist", page.file.src_uri, match.group(1))
            return match.group(0)
        kind = "tree" if target.is_dir() else "blob"
        separator = "" if "github.com" in config["repo_url"] else "-/"
        branch = config["extra"]["branch"]
        return f"{config['repo_url'].rstrip('/')}/{separator}{kind}/{branch}/{target.relative_to(root)}{match.group(2) or ''}"

    parts = []
    end = 0
    for fence in FENCE.finditer(markdown):
        parts += [LINK.sub(rewrite, markdown[end : fence.start()]), fence.group(0)]
        end = fence.end()
    return "".join([*parts, LINK.sub(rewrite, markdown[end:])])
