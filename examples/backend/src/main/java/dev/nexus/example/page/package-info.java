/** Pages, and the texts for errors. */
@NullMarked
package dev.nexus.example.page;

import org.jspecify.annotations.NullMarked;
