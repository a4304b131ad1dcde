/** An example of a backend that uses Nexus: users connect their accounts at other services. */
@NullMarked
package dev.nexus.example;

import org.jspecify.annotations.NullMarked;
