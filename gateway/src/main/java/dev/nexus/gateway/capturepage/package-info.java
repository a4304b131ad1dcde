/** The page that asks a user for the credentials: the form from the provider's schema, its branding, its answers. */
@NullMarked
package dev.nexus.gateway.capturepage;

import org.jspecify.annotations.NullMarked;
