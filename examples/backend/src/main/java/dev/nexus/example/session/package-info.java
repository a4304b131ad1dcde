/** Sessions of users. A real application has a login instead. */
@NullMarked
package dev.nexus.example.session;

import org.jspecify.annotations.NullMarked;
