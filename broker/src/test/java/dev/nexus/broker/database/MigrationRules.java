package dev.nexus.broker.database;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds migration statements that break the previous version, which runs on the migrated schema too. See
 * docs/operations/upgrading.md. Such statements remove or rename a table or column, or restrict the rows that the
 * previous version writes. Tables that the same migration creates are exempt.
 */
final class MigrationRules {

    private static final Pattern COMMENT = Pattern.compile("--[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile("'(?:[^']|'')*'");
    private static final Pattern BODY = Pattern.compile("\\$(\\w*)\\$.*?\\$\\1\\$", Pattern.DOTALL);
    private static final Pattern CREATED = Pattern.compile("\\bcreate table (?:if not exists )?(\\w+)");
    private static final Pattern CHANGED =
            Pattern.compile("^(?:alter table (?:if exists )?(?:only )?|create unique index .*?\\bon (?:only )?)(\\w+)");

    private static final List<Rule> RULES = List.of(
            rule("drops a table, view or function", "^drop (?:table|view|materialized view|function|schema|type)\\b"),
            rule("empties a table", "^truncate\\b"),
            rule("renames a table or column", "^alter .*\\brename\\b"),
            rule("drops a column", "^alter table .*\\bdrop (?!(?:constraint|not|default|expression|identity)\\b)\\w+"),
            rule("changes a column's type", "\\balter (?:column )?\\w+ (?:set data )?type\\b"),
            rule("makes a column not null", "\\bset not null\\b"),
            rule("drops a column's default", "\\bdrop default\\b"),
            rule(
                    "adds a column that is not null and has no default",
                    "\\badd (?:column )?(?:if not exists )?(?!constraint)\\w+ (?![^,]*\\bdefault\\b)[^,]*\\bnot null\\b"),
            rule(
                    "adds a constraint that rows of the previous version may violate",
                    "\\badd (?:constraint|check|unique|foreign)\\b"),
            rule("adds a unique index that rows of the previous version may violate", "^create unique index\\b"),
            rule("revokes a right", "^revoke\\b"),
            rule(
                    "adds a trigger or rule that runs on statements of the previous version",
                    "^create (?:or replace )?(?:trigger|rule)\\b"));

    private MigrationRules() {}

    private record Rule(String breach, Pattern pattern) {}

    private static Rule rule(String breach, String pattern) {
        return new Rule(breach, Pattern.compile(pattern));
    }

    /** The statements of a migration that break a rule, in order. Each entry names the breach and the statement. */
    static List<String> breaches(String sql) {
        Set<String> own = new HashSet<>();
        List<String> breaches = new ArrayList<>();
        for (String statement : statements(sql)) {
            Matcher created = CREATED.matcher(statement);
            if (created.find()) {
                own.add(created.group(1));
            }
            Matcher changed = CHANGED.matcher(statement);
            if (changed.find() && own.contains(changed.group(1))) {
                continue;
            }
            RULES.stream()
                    .filter(rule -> rule.pattern().matcher(statement).find())
                    .map(rule -> rule.breach() + ": " + statement)
                    .forEach(breaches::add);
        }
        return breaches;
    }

    /** The statements in lower case with single spaces, without comments, literals and function bodies. */
    private static List<String> statements(String sql) {
        String plain = COMMENT.matcher(sql).replaceAll(" ");
        plain = BODY.matcher(plain).replaceAll("''");
        plain = QUOTED.matcher(plain).replaceAll("''");
        List<String> statements = new ArrayList<>();
        for (String statement : plain.split(";", -1)) {
            String normalized =
                    statement.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
            if (!normalized.isEmpty()) {
                statements.add(normalized);
            }
        }
        return statements;
    }
}
