/** The pipeline: .gitlab-ci.yml, the scripts in deploy/ci, and the secret scan. */
@NullMarked
package dev.nexus.e2e.operations.pipeline;

import org.jspecify.annotations.NullMarked;
