/**
 * Redeems a state. Shows the credential schema, and describes the state for the hosted page. Captures a credential:
 * checks the state, validates, verifies and encrypts the credential, and claims the connection.
 */
@NullMarked
package dev.nexus.broker.capture;

import org.jspecify.annotations.NullMarked;
