/** What every route shares: the error writer, the request id, the limits. */
@NullMarked
package dev.nexus.gateway.web;

import org.jspecify.annotations.NullMarked;
