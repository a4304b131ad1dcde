/** An application whose users connect their accounts at other services: how a backend uses Nexus. */
@NullMarked
package dev.nexus.example;

import org.jspecify.annotations.NullMarked;
