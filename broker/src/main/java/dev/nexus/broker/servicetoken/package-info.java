/** Who calls: the Gateway's service token, verified once and held. */
@NullMarked
package dev.nexus.broker.servicetoken;

import org.jspecify.annotations.NullMarked;
