package dev.nexus.broker.provider.catalogue;

import dev.nexus.broker.provider.definition.Problems.Problem;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reports an invalid catalogue, which stops the startup. The message names the file or folder, and the broken rules
 * with their fields, at most 32.
 */
final class CatalogueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CatalogueException(String file, String field, String rule) {
        super("catalogue file " + file + ": " + (field.isEmpty() ? "" : field + ": ") + rule);
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
