package dev.nexus.gateway.page;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/**
 * The page's own words, in English; the other languages are in {@code messages/text_*.properties}. What providers and
 * applications call their things is theirs, and is shown as they wrote it.
 */
@MessageBundle(value = "text", locale = "en")
public interface PageText {

    @Message("Connect {provider}")
    String heading(String provider);

    @Message("{application} asks for the credentials of your {provider} account.")
    String lead(String application, String provider);

    @Message("Go on only if you began this in {application} yourself.")
    String warning(String application);

    @Message("Application")
    String application();

    @Message("For")
    String account();

    @Message("Leads back to")
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

    @Message("Choose")
    String choose();

    @Message("Connect")
    String submit();

    @Message("Connecting …")
    String submitting();

    @Message("Cancel")
    String cancel();

    @Message("What you enter is stored encrypted and handed to {application} alone.")
    String promise(String application);

    @Message("Show")
    String show();

    @Message("Hide")
    String hide();

    @Message("White space, quotes or “Bearer” around what you pasted were removed.")
    String tidied();

    @Message("Undo")
    String undo();

    @Message("Please check what you entered")
    String checkForm();

    @Message("For your safety, secret values were not kept. Enter them again.")
    String emptied();

    @Message("{provider} did not accept these credentials. Check that they are whole, still valid and have the rights"
            + " that are needed.")
    String rejected(String provider);

    @Message("This could not be stored at the moment. Try again in a little while.")
    String notStored();

    @Message("{provider} could not check these credentials at the moment. The problem is not what you entered. Nothing"
            + " was stored. Try again in a few minutes.")
    String notVerified(String provider);

    @Message("This is not what {provider} asks for. Check what you entered.")
    String refused(String provider);

    @Message("Fill this in.")
    String required();

    @Message("This field is empty. Select “Connect” again to send it empty.")
    String confirmEmpty();

    @Message("Choose one.")
    String choiceRequired();

    @Message("Enter at least this many characters: {limit}")
    String tooShort(String limit);

    @Message("Enter at most this many characters: {limit}")
    String tooLong(String limit);

    @Message("This does not look right. Check that you copied all of it, and nothing else.")
    String pattern();

    @Message("This field takes only one line. Copy the value without line breaks and try again.")
    String oneLine();

    @Message("Load from a file")
    String loadFile();

    @Message("This is not a text file of at most 16 KiB.")
    String notText();

    @Message("Enter an email address, such as name@example.com.")
    String email();

    @Message("Enter a complete address, such as https://example.com.")
    String uri();

    @Message("No connection to the network. Nothing was sent, and nothing is lost: try again once you are connected.")
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

    @Message("This cannot be taken. Check what you entered.")
    String fieldRefused();

    @Message("This contains a tab or another control character. Clear the field and copy the value again.")
    String controlCharacter();

    @Message("This contains an invisible character. Clear the field and copy the value again.")
    String invisibleCharacter();

    @Message("Use only Latin letters without accents, digits and common symbols such as - and _.")
    String printableAscii();

    @Message("Remove the space at the beginning or the end.")
    String surroundingSpace();

    @Message("This must not contain a colon (:).")
    String colon();

    @Message("Enter only the value itself. Text before or after it, such as “Bearer”, is added automatically.")
    String repeatedPrefix();

    @Message("Enter only the value itself, without the name before it, such as “X-Api-Key:” or “api_key=”.")
    String repeatedName();

    @Message("This must not be empty, “.” or “..”.")
    String dotSegment();

    @Message("This is not a hexadecimal value (digits 0–9 and letters a–f, in pairs). Check that you copied all"
            + " of it, and nothing else.")
    String hex();

    @Message("This is not a Base64 value. Check that you copied all of it, and nothing else.")
    String base64();

    @Message("This must not contain a slash, a comma or a space.")
    String signatureScope();

    @Message("Enter a public host name, or the part of it that is asked for, without https:// and without a path.")
    String host();

    @Message("Enter only the part before {suffix} (letters, digits and hyphens).")
    String hostPart(String suffix);

    @Message("This form is not set up correctly. The problem is not what you entered. Contact the support of"
            + " the application.")
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

    @Message("It may be incomplete, or your browser did not keep the cookie that this page needs. Go back to the"
            + " application and begin again from there.")
    String invalidText();

    @Message("This page does not exist")
    String notFoundHeading();

    @Message("Check the address, or go back to the application and begin again from there.")
    String notFoundText();

    @Message("This is already connected")
    String usedHeading();

    @Message("The link works once and was used. If you sent the form again, nothing more was stored.")
    String usedText();

    @Message("This link was withdrawn")
    String revokedHeading();

    @Message("The connection was ended before it was made. Go back and begin again.")
    String revokedText();

    @Message("This link has expired")
    String expiredHeading();

    @Message("For your safety it is good for some minutes only. Go back and begin again; nothing was stored.")
    String expiredText();

    @Message("Not available at the moment")
    String unavailableHeading();

    @Message("Nothing is lost: try again in a little while.")
    String unavailableText();

    @Message("Too many attempts")
    String limitedHeading();

    @Message("Wait a few seconds, then try again.")
    String limitedText();

    @Message("This cannot be entered here")
    String unsupportedHeading();

    @Message("{provider} asks for more than this page can show. Go back and use the form of {application}.")
    String unsupportedText(String provider, String application);

    @Message("This did not work")
    String failedHeading();

    @Message("The request could not be taken. Go back to the application and begin again from there.")
    String failedText();
}
