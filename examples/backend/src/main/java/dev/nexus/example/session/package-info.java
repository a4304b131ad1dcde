/** Who is signed in. A stand-in for the login that an application has already. */
@NullMarked
package dev.nexus.example.session;

import org.jspecify.annotations.NullMarked;
