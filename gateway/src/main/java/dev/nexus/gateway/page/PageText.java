package dev.nexus.gateway.page;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/**
 * The page's own texts in English. The other languages are in {@code messages/text_*.properties}. The page shows the
 * texts of providers and applications unchanged.
 */
@MessageBundle(value = "text", locale = "en")
public interface PageText {

    @Message("Connect {provider}")
    String heading(String provider);

    @Message("{application} asks for the credentials of your {provider} account.")
    String lead(String application, String provider);

    @Message("Continue only if you started this in {application} yourself.")
    String warning(String application);

    @Message("Application")
    String application();

    @Message("Requested for")
    String account();

    @Message("Returns to")
    String returnsTo();

    @Message("Time left")
    String timeLeft();

    @Message("Where do I find this?")
    String whereToFind();

    @Message("(opens in a new tab)")
    String newTab();

    @Message("Find it at {host}")
    String findAt(String host);

    @Message("optional")
    String optional();

    /** Separates a label from the text after it. */
    @Message(":")
    String labelColon();

    @Message("Select an option")
    String choose();

    @Message("Connect")
    String submit();

    @Message("Connecting…")
    String submitting();

    @Message("Cancel")
    String cancel();

    @Message("Your credentials are stored encrypted and shared only with {application}.")
    String promise(String application);

    @Message("Show")
    String show();

    @Message("Hide")
    String hide();

    @Message("Spaces, quotes or “Bearer” around the pasted text were removed.")
    String tidied();

    @Message("Undo")
    String undo();

    @Message("Check your entries")
    String checkForm();

    @Message("For your security, secret values were not kept. Enter them again.")
    String emptied();

    @Message("{provider} rejected these credentials. Check that they are complete, still valid and have the"
            + " required permissions.")
    String rejected(String provider);

    @Message("Your credentials could not be stored. Try again in a few minutes.")
    String notStored();

    @Message("These credentials for {provider} could not be verified at the moment. Your input is not the cause."
            + " Nothing was stored. Try again in a few minutes.")
    String notVerified(String provider);

    @Message("Your entries do not meet the requirements of {provider}. Check them and try again.")
    String refused(String provider);

    @Message("Fill in this field.")
    String required();

    @Message("This field is empty. Select “Connect” again to send it empty.")
    String confirmEmpty();

    @Message("Select an option.")
    String choiceRequired();

    @Message("Too short. Minimum number of characters: {limit}")
    String tooShort(String limit);

    @Message("Too long. Maximum number of characters: {limit}")
    String tooLong(String limit);

    @Message("This value has the wrong format. Check that you copied all of it and nothing else.")
    String pattern();

    @Message("This field accepts only one line. Copy the value without line breaks and try again.")
    String oneLine();

    @Message("Load from a file")
    String loadFile();

    @Message("Select a UTF-8 text file of at most 16 KiB.")
    String notText();

    @Message("Enter an email address, such as name@example.com.")
    String email();

    @Message("Enter a complete URL, such as https://example.com.")
    String uri();

    @Message("No network connection. Nothing was sent, and nothing is lost. Try again when you are back online.")
    String offline();

    @Message("{count} minute")
    String minute(String count);

    @Message("{count} minutes")
    String minutes(String count);

    @Message("{count} second")
    String second(String count);

    @Message("{count} seconds")
    String seconds(String count);

    @Message("Enter a number.")
    String number();

    @Message("Enter a whole number.")
    String wholeNumber();

    @Message("Enter {limit} or more.")
    String tooSmall(String limit);

    @Message("Enter {limit} or less.")
    String tooLarge(String limit);

    @Message("This value is not valid. Check it and try again.")
    String fieldRefused();

    @Message("This value contains a tab or another control character. Clear the field and copy the value again.")
    String controlCharacter();

    @Message("This value contains an invisible character. Clear the field and copy the value again.")
    String invisibleCharacter();

    @Message("Use only Latin letters without accents, digits and common symbols such as - and _.")
    String printableAscii();

    @Message("Remove the space at the beginning or the end.")
    String surroundingSpace();

    @Message("This value must not contain a colon (:).")
    String colon();

    @Message("Enter only the value itself. Text before or after it, such as “Bearer”, is added automatically.")
    String repeatedPrefix();

    @Message("Enter only the value itself, without the name before it, such as “X-Api-Key:” or “api_key=”.")
    String repeatedName();

    @Message("This value must not be empty, “.” or “..”.")
    String dotSegment();

    @Message("This is not a hexadecimal value (digits 0–9 and letters a–f, in pairs). Check that you copied all of"
            + " it and nothing else.")
    String hex();

    @Message("This is not a Base64 value. Check that you copied all of it and nothing else.")
    String base64();

    @Message("This value must not contain a slash, a comma or a space.")
    String signatureScope();

    @Message("Enter a public host name, or only the requested part of it. Leave out https:// and the path.")
    String host();

    @Message("Enter only the part before {suffix} (letters, digits and hyphens).")
    String hostPart(String suffix);

    @Message("This form is not set up correctly. Your input is not the cause. Contact the support team of the"
            + " application.")
    String misconfigured();

    @Message("Back to {application}")
    String back(String application);

    @Message("Continue to {application}")
    String proceed(String application);

    @Message("Try again")
    String tryAgain();

    @Message("the application")
    String someApplication();

    @Message("This link is not valid")
    String invalidHeading();

    @Message("The link may be incomplete, or your browser did not keep the cookie that this page needs. Go back to"
            + " the application and start again from there.")
    String invalidText();

    @Message("This page does not exist")
    String notFoundHeading();

    @Message("Check the address, or go back to the application and start again from there.")
    String notFoundText();

    @Message("Already connected")
    String usedHeading();

    @Message("This link works only once and was already used. If you sent the form again, nothing else was stored.")
    String usedText();

    @Message("This link is no longer valid")
    String revokedHeading();

    @Message("The connection was cancelled before it was complete. Go back and start again.")
    String revokedText();

    @Message("This link has expired")
    String expiredHeading();

    @Message("For your security, the link is valid only for a short time. Nothing was stored. Go back and start again.")
    String expiredText();

    @Message("Temporarily unavailable")
    String unavailableHeading();

    @Message("Nothing is lost. Try again in a few minutes.")
    String unavailableText();

    @Message("Too many attempts")
    String limitedHeading();

    @Message("Wait a few seconds, then try again.")
    String limitedText();

    @Message("This page cannot show the form")
    String unsupportedHeading();

    @Message("{provider} needs more than this page can ask for. Go back to {application} and use the form there.")
    String unsupportedText(String provider, String application);

    @Message("Something went wrong")
    String failedHeading();

    @Message("The request could not be processed. Go back to the application and start again from there.")
    String failedText();
}
