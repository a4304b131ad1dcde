"""Runs Vale over documents, comments and messages. See deploy/ci/prose --help.

Vale reads Markdown as it is. For the rest this script writes files for Vale to a temporary folder:
  comments/PATH       a Java source whose Javadoc tags are replaced by Markdown; lines keep their numbers
  comments/PATH.md    full-line comments of a shell script, YAML file, SQL file, …
  messages/PATH.md    messages of a Java source, message bundle, YAML file or shell script
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

REPORT = pathlib.Path("target/reports/prose.txt")
AREAS = ("docs", "comments", "messages")
LEVELS = ("error", "warning", "suggestion")

# docs/reference/openapi.yaml is generated from texts that are checked. Flyway compares the checksum of a migration with the one that it
# stored, so its comments cannot change. The rules name banned words.
SKIPPED = re.compile(r"(^|/)docs/(.*/)?openapi\.yaml$|/db/migration/V[^/]*\.sql$|^deploy/ci/vale/styles/")
HASH_COMMENTS = re.compile(r"(\.(ya?ml|sh|py|toml|properties|hcl)|Dockerfile|\.dockerignore|\.gitignore)$")
SQL_COMMENTS = re.compile(r"\.sql$")
ENGLISH_BUNDLE = re.compile(r"(^|/)[a-z]+(_en([-_][A-Z]{2})?)?\.properties$")
YAML_TEXT = re.compile(r"^(\s*(?:- )?)(description|summary|title|message|help|hint|note):\s+(\S.*)$")

JAVA_TOKEN = re.compile(
    r'"""[ \t]*\n(?P<block>(?:[^\\]|\\.)*?)"""'
    r'|"(?P<string>(?:[^"\\\n]|\\.)*)"'
    r"|'(?:[^'\\\n]|\\.)+'"
    r"|(?P<line>//[^\n]*)"
    r"|(?P<comment>/\*.*?\*/)",
    re.S,
)
SQL = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|ORDER BY|GROUP BY|FROM|JOIN|CREATE|ALTER|DROP|GRANT|SET LOCAL|VALUES|RETURNING"
    r"|FOR SHARE|COALESCE|NULLS)\b"
    r"|^\s*(select|insert into|update \w+ set|delete from|with \w+ as|from|where|order by|group by|and|or|on conflict|returning|set|union"
    r"|join|left join|inner join|limit|values|for update|exists)\b.*([=(*]|\bas\b|\bin\b|\bset\b|\bnull\b|_)"
    r"|\b(select .* from|insert into|delete from|on conflict|order by|group by|is null|is not null|join \w+ )\b"
)
# A message has at least three words that a person reads.
WORD = re.compile(r"(?<![\w./_$#=:%-])[A-Za-z][a-z]*(?:['’-][a-z]+)*(?=[\s.,;:!?)\"'’…]|$)")


def is_message(text):
    words = WORD.findall(text)
    if SQL.search(text) or len(words) < 3 or not any(len(word) > 3 for word in words):
        return False
    parts = text.split()
    if re.search(r"\b[a-z]+-src\b|\bimport \w+[.,;]", text):  # a Content-Security-Policy, a program
        return False
    return len(words) / len(parts) > 0.4 and not re.search(r"[{}<>]\s*\n|;\s*\n|^\s*[.#\w-]+\s*\{", text)


def unescape(text):
    return re.sub(r"\\(.)", lambda escaped: {"n": " ", "t": " ", "s": " "}.get(escaped[1], escaped[1]), text)


def joins_strings(between):
    """The Java code between two string literals, if it concatenates them: with a value, or with nothing."""
    code = between.strip()
    if not code.startswith("+") or not code.endswith("+"):
        return None
    depth = 0
    for character in code:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0 or character in ";{}" or (depth == 0 and character in ",?:"):
            return None
    return "" if code == "+" else "X"


def java_messages(source):
    """Lists the messages of a Java source as (line, text); a concatenation is one message."""
    found, text, line, end = [], None, 0, 0
    for token in JAVA_TOKEN.finditer(source):
        if token["comment"] or token["line"]:
            continue
        if token["string"] is None and token["block"] is None:
            continue
        value = unescape(token["string"] if token["string"] is not None else token["block"])
        joint = joins_strings(without_comments(source[end : token.start()])) if text is not None else None
        if joint is None:
            if text is not None:
                found.append((line, text))
            text, line = "", source.count("\n", 0, token.start()) + 1
            if token["block"] is not None:
                line += 1
        text += (joint or "") + value
        end = token.end()
    if text is not None:
        found.append((line, text))
    result = []
    for line, text in found:
        # Paragraphs of a text block are separate messages; a literal of one line is one message.
        at = line
        for paragraph in re.split(r"\n\s*\n", text):
            if is_message(paragraph):
                result.append((at, " ".join(paragraph.split())))
            at += paragraph.count("\n") + 2
    return result


def without_comments(code):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", code, flags=re.S)


def java_comments(source):
    """Returns the source without literals, and with Markdown instead of Javadoc tags. Line numbers stay."""

    def clean(token):
        if token["line"]:
            return token[0]
        if not token["comment"]:
            return '""' + "\n" * token[0].count("\n") if token[0][0] == '"' else "' '"
        text = token["comment"]
        # A leading tag begins a list item, so that Vale takes its description for a separate sentence.
        text = re.sub(r"(?m)^(\s*\*|/\*\*) *@(?:param|throws|exception|see)\s+(?:<\w+>|\S+)", r"\1 -", text)
        text = re.sub(r"(?m)^(\s*\*|/\*\*) *@(?:return|deprecated|since|author|apiNote|implNote|implSpec)\b", r"\1 -", text)
        text = re.sub(r"\{@(?:link|linkplain)\s+[^\s{}]+\s+([^{}]+)\}", r"\1", text)
        text = re.sub(r"\{@return\s+([^{}]*(?:\{@[^{}]*\}[^{}]*)*)\}", r"Returns \1", text)
        text = re.sub(r"\{@\w+(?:[^{}]|\{[^{}]*\})*\}", lambda tag: "`x`" + re.sub(r"[^\n*]+", " ", tag[0])[1:], text)
        text = re.sub(r"</?(?:p|em|strong|b|i|code|a\b[^>]*)>", "", text)
        text = re.sub(r"<li>", "- ", text)
        text = re.sub(r"</?(?:ul|ol|li|br|dl|dt|dd|table|tr|td|th)/?>", "", text)
        return text

    return JAVA_TOKEN.sub(clean, source)


def marked_comments(source, mark):
    """Lists comments that fill whole lines, as (line, text); consecutive lines are one comment."""
    found, text, begin = [], [], 0
    for number, line in enumerate([*source.splitlines(), ""], 1):
        comment = re.match(r"\s*" + mark + r"+(?!!)\s?(.*)", line)
        if comment and comment[1].strip() and not comment[1].startswith("shellcheck "):
            begin = begin or number
            text.append(comment[1].strip())
        elif text:
            found.append((begin, " ".join(text)))
            text, begin = [], 0
    return [(line, text) for line, text in found if len(WORD.findall(text)) > 2]


def yaml_messages(source):
    lines, found, number = source.splitlines(), [], 0
    while number < len(lines):
        match = YAML_TEXT.match(lines[number])
        number += 1
        if not match:
            continue
        begin, indent, value = number, len(match[1]), match[3].strip()
        more = []
        while number < len(lines) and lines[number].strip() and len(lines[number]) - len(lines[number].lstrip()) > indent:
            more.append(lines[number].strip())
            number += 1
        if re.match(r"[|>][+-]?\d?$", value):
            begin, value = begin + 1, ""
        text = " ".join([value, *more]).strip()
        text = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
        if is_message(text):
            found.append((begin, text))
    return found


def bundle_messages(source):
    found = []
    for number, line in enumerate(source.splitlines(), 1):
        key, _, text = line.partition("=")
        if text and not key.lstrip().startswith(("#", "!")) and len(WORD.findall(text)) > 1:
            found.append((number, text.strip()))
    return found


def shell_messages(source):
    found = []
    for number, line in enumerate(source.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        for text in re.findall(r'\b(?:fail|echo|need_\w+|begin)\b[^"\n]*"((?:[^"\\]|\\.)+)"', line):
            if is_message(text):
                found.append((number, unescape(text)))
    for usage in re.finditer(r"cat <<'?TEXT'?\n(.*?)\nTEXT$", source, re.S | re.M):
        at = source.count("\n", 0, usage.start()) + 2
        for paragraph in re.split(r"\n\s*\n", usage[1]):
            prose = " ".join(line for line in paragraph.splitlines() if line and not line.startswith((" ", "usage:")))
            if is_message(prose):
                found.append((at, prose))
            at += paragraph.count("\n") + 2
    return found


def as_markdown(text):
    """Keeps code in backticks, if they come in pairs, and removes all other markup."""
    text = re.sub(r"[<>*#|\[\]\\~]", " ", " ".join(text.split()))
    text = text if text.count("`") % 2 == 0 else text.replace("`", "'")
    return re.sub(r"^([-+=]+|\d+[.)])(?=\s)", "", text.strip()).strip() or "x"


def is_shell(path, source):
    return path.endswith(".sh") or re.match(r"#!.*\b(?:ba)?sh\b", source)


class Texts:
    """The files for Vale, and where their lines come from."""

    def __init__(self, folder):
        self.folder = folder
        self.documents = []
        self.lines = {}
        self.sources = {}

    def add(self, path):
        source = pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
        if path.endswith(".md"):
            self.documents.append(path)
        elif path.endswith(".java"):
            self._source("comments", path, java_comments(source))
            if "/src/test/" not in path:
                self._texts("messages", path, java_messages(source))
        elif path.endswith((".yaml", ".yml")):
            self._texts("comments", path, marked_comments(source, "#"))
            self._texts("messages", path, yaml_messages(source))
        elif path.endswith(".properties"):
            self._texts("comments", path, marked_comments(source, "#"))
            if ENGLISH_BUNDLE.search(path) and ("/messages/" in path or "text" in path):
                self._texts("messages", path, bundle_messages(source))
        elif SQL_COMMENTS.search(path):
            self._texts("comments", path, marked_comments(source, "--"))
        elif is_shell(path, source):
            self._texts("comments", path, marked_comments(source, "#"))
            self._texts("messages", path, shell_messages(source))
        elif HASH_COMMENTS.search(path):
            self._texts("comments", path, marked_comments(source, "#"))

    def _source(self, area, path, source):
        file = self._file(area, path)
        file.write_text(source, encoding="utf-8")
        self.sources[str(file)] = (area, path)

    def _texts(self, area, path, texts):
        if texts:
            file = self._file(area, path + ".md")
            # An empty line between two texts makes each a paragraph.
            file.write_text("\n\n".join(as_markdown(text) for _, text in texts) + "\n", encoding="utf-8")
            self.lines[str(file)] = (area, path, [line for line, _ in texts])

    def _file(self, area, path):
        file = self.folder / area / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def place(self, file, line):
        """Area, path and line in the repository of a line that Vale read."""
        if file in self.lines:
            area, path, lines = self.lines[file]
            return area, path, lines[(line - 1) // 2]
        if file in self.sources:
            area, path = self.sources[file]
            return area, path, line
        return "docs", file, line


def tracked():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [path for path in listed.split("\0") if path and os.path.isfile(path) and not SKIPPED.search(path)]


def vale(files):
    findings = {}
    # In parts, since a command line has a limit.
    for begin in range(0, len(files), 500):
        command = ["vale", "--no-exit", "--output", "JSON", *files[begin : begin + 500]]
        ran = subprocess.run(command, capture_output=True, text=True)
        if ran.returncode or not ran.stdout.lstrip().startswith("{"):
            sys.exit("deploy/ci/prose: vale failed: " + (ran.stderr or ran.stdout).strip())
        findings.update(json.loads(ran.stdout))
    return findings


def main():
    parser = argparse.ArgumentParser(prog="deploy/ci/prose")
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--level", choices=LEVELS, default="warning")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="nexus-prose.") as folder:
        texts = Texts(pathlib.Path(folder))
        for path in options.files or tracked():
            texts.add(path)
        files = [*texts.documents, *texts.lines, *texts.sources]
        alerts = vale(files)

    found = []
    for file, of_file in alerts.items():
        for alert in of_file:
            area, path, line = texts.place(file, alert["Line"])
            rule = alert["Check"].partition(".")[2]
            message = " ".join(alert["Message"].split())
            found.append((AREAS.index(area), path, line, alert["Severity"], rule, message))
    found = sorted(set(found))

    shown = LEVELS[: LEVELS.index(options.level) + 1]
    lines, last = [], None
    for area, path, line, severity, rule, message in found:
        if severity in shown:
            if (area, path) != last:
                lines += ["", f"== {AREAS[area]}: {path}"]
                last = (area, path)
            lines.append(f"{path}:{line}: {severity}: {message} [{rule}]")
    if options.files:
        print(*lines[1:], "", sep="\n")
    else:
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text("\n".join(lines[1:]) + "\n", encoding="utf-8")

    counts = collections.Counter((area, severity) for area, _, _, severity, _, _ in found)
    rules = collections.Counter((rule, severity) for _, _, _, severity, rule, _ in found)
    print("{:10}{:>10}{:>10}{:>12}".format("area", *(level + "s" for level in LEVELS)))
    for area, name in enumerate(AREAS):
        print("{:10}{:>10}{:>10}{:>12}".format(name, *(counts[area, level] for level in LEVELS)))
    for (rule, severity), count in sorted(rules.items(), key=lambda item: (LEVELS.index(item[0][1]), -item[1])):
        if severity in shown:
            print(f"  {severity:12}{rule:18}{count:>7}")
    errors = sum(count for (_, severity), count in counts.items() if severity == "error")
    print(f"{errors} errors" + ("" if options.files else f". All findings: {REPORT}"))
    return 1 if errors and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
