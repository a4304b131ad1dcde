package dev.nexus.runtime;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.nexus.contracts.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * The error for a request body that is not valid JSON, is nested too deeply, has a value that is too long, or has a
 * duplicate member. The message names the line and column if they are known. It never contains the content.
 */
public final class InvalidJson {

    private static final String DUPLICATE = "Duplicate ";

    private InvalidJson() {}

    /** Returns the error for a failure of Jackson. The message of {@code failure} itself quotes the body. */
    public static ApiException of(JsonProcessingException failure) {
        JsonLocation at = failure.getLocation();
        if (failure instanceof StreamConstraintsException) {
            return error("The request body is nested too deeply or has a value that is too long", at);
        }
        return String.valueOf(failure.getOriginalMessage()).startsWith(DUPLICATE) ? duplicateMember(at) : malformed(at);
    }

    /** Returns the error for malformed JSON, or for text after the JSON. */
    public static ApiException malformed(@Nullable JsonLocation at) {
        return error("The request body is not valid JSON", at);
    }

    /** Returns the error for an object with a duplicate member. */
    public static ApiException duplicateMember(@Nullable JsonLocation at) {
        return error("The request body has a duplicate member in an object", at);
    }

    private static ApiException error(String message, @Nullable JsonLocation at) {
        String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return new ApiException(ErrorCode.INVALID_REQUEST, message + place);
    }
}
