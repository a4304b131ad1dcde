/** The pages, and what each failure becomes for the reader. */
@NullMarked
package dev.nexus.example.page;

import org.jspecify.annotations.NullMarked;
