/**
 * HTTPS requests to hosts that tenants choose. They reach only public addresses and the addresses that the
 * configuration allows, and read only the status and the headers of the response.
 */
@NullMarked
package dev.nexus.broker.outbound;

import org.jspecify.annotations.NullMarked;
