/** API keys: their format, the mounted file, authentication, scopes and rate limits. */
@NullMarked
package dev.nexus.gateway.apikey;

import org.jspecify.annotations.NullMarked;
