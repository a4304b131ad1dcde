package dev.nexus.broker.provider.catalogue;

import dev.nexus.broker.provider.definition.Problems.Problem;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reports an invalid catalogue, which stops the startup. The message names the file or folder, and at most 32 broken
 * rules with their fields. For a YAML syntax error it has the line and column instead of the field.
 */
final class CatalogueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param place the field, or the line and column. Empty if the rule is about the whole file */
    CatalogueException(String file, String place, String rule) {
        super("catalogue file " + file + ": " + (place.isEmpty() ? "" : place + ": ") + rule);
    }

    CatalogueException(String file, List<Problem> problems) {
        super("catalogue file " + file + ": "
                + problems.stream()
                        .map(problem -> problem.pointer() + ": " + problem.rule())
                        .collect(Collectors.joining("; ")));
    }

    CatalogueException(String file, String rule, Throwable cause) {
        super("catalogue file " + file + ": " + rule, cause);
    }
}
