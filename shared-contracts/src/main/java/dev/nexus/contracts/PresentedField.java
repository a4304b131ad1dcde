package dev.nexus.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The presentation of one credential field on the hosted page, in addition to the credential schema.
 *
 * @param title replaces the schema's title; null to keep it
 * @param help replaces the schema's description; null to keep it
 * @param link https URL of the vendor's page where users create or find the value; null for none
 * @param suffix the text after the value in the provider's host, such as {@code .zendesk.com}; null if the field is not
 *     part of a host name
 * @param multiline whether the value has several lines
 * @param secret whether the value is masked and never shown again
 * @param mayBeEmpty whether the provider's strategy can send an empty value, even if the schema requires the field. A
 *     Broker of the previous release does not send this member. The value is then false.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PresentedField(
        @JsonProperty("title") @Nullable String title,
        @JsonProperty("help") @Nullable String help,
        @JsonProperty("link") @Nullable String link,
        @JsonProperty("suffix") @Nullable String suffix,
        @JsonProperty("multiline") boolean multiline,
        @JsonProperty("secret") boolean secret,
        @JsonProperty("may_be_empty") boolean mayBeEmpty) {}
