/**
 * The Bridge fetches a credential from a Nexus Gateway, adds it to a request as its strategy defines, and sends the
 * request only to the allowed hosts of the provider. Start with {@link dev.nexus.bridge.Bridge}.
 */
@NullMarked
package dev.nexus.bridge;

import org.jspecify.annotations.NullMarked;
