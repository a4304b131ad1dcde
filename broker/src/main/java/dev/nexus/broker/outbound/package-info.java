/** HTTPS requests to hosts that tenants choose. They reach only public addresses, and read only the response's head. */
@NullMarked
package dev.nexus.broker.outbound;

import org.jspecify.annotations.NullMarked;
