/** Connects an account: request, own form or hosted page, and callback. */
@NullMarked
package dev.nexus.example.connect;

import org.jspecify.annotations.NullMarked;
