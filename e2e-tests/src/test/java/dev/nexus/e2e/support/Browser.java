package dev.nexus.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A separate headless Chromium for one user. It collects violations of the pages' content security policy. */
public final class Browser implements AutoCloseable {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String AXE = axe();

    private final ChromeDriver driver;
    private final List<String> violations = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    public static Browser start() {
        return start(true);
    }

    public static Browser withoutJavaScript() {
        return start(false);
    }

    private static Browser start(boolean javaScript) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(onPath("chromium"));
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1100,900");
        if (!javaScript) {
            options.setExperimentalOption("prefs", Map.of("profile.managed_default_content_settings.javascript", 2));
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(onPath("chromedriver")))
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static String onPath(String program) {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow()
                .toString();
    }

    private static String axe() {
        try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
            if (script == null) {
                throw new IllegalStateException("axe-core is not on the class path");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public ChromeDriver driver() {
        return driver;
    }

    public void open(String url) {
        driver.get(url);
    }

    public String url() {
        return driver.getCurrentUrl();
    }

    public WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    public List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    public String heading() {
        return find("h1").getText();
    }

    /** Returns the input of the first field whose label begins with this text. */
    public WebElement field(String label) {
        return all("label").stream()
                .filter(one -> one.getText().startsWith(label))
                .findFirst()
                .map(one -> driver.findElement(By.id(Objects.requireNonNull(one.getAttribute("for")))))
                .orElseThrow(() -> new AssertionError("no field has the label " + label));
    }

    public String errorOf(WebElement field) {
        return driver.findElement(By.id(field.getAttribute("id") + "-error")).getText();
    }

    /** Returns the value of an input. */
    public static String value(WebElement input) {
        return Objects.requireNonNull(input.getAttribute("value"));
    }

    public void submit() {
        find("button[type=submit]").click();
    }

    public @Nullable Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Waits until the page meets the condition. Ignores missing elements and those of the previous page. */
    public void await(String what, Predicate<Browser> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .ignoreExceptionsMatching(Browser::isStaleElement)
                .until(() -> condition.test(this));
    }

    private static boolean isStaleElement(Throwable failure) {
        return failure instanceof StaleElementReferenceException
                || failure instanceof org.openqa.selenium.NoSuchElementException
                // chromedriver's error for an element whose page is replaced during the read.
                || (failure instanceof WebDriverException
                        && String.valueOf(failure.getMessage()).contains("does not belong to the document"));
    }

    public void dark() {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    }

    public void phone() {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 360, "height", 740, "deviceScaleFactor", 2, "mobile", true));
    }

    public void language(String acceptLanguage) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.setExtraHTTPHeaders", Map.of("headers", Map.of("Accept-Language", acceptLanguage)));
    }

    /** Puts {@code text} on the clipboard and pastes it at the caret of {@code field}. */
    public void paste(WebElement field, String text) {
        driver.executeCdpCommand(
                "Browser.grantPermissions",
                Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        Object failure = driver.executeAsyncScript(
                "const [text, done] = arguments; navigator.clipboard.writeText(text).then(() => done(null), e => done('' + e))",
                text);
        assertThat(failure).as("the clipboard").isNull();
        field.sendKeys(Keys.chord(Keys.CONTROL, "v"));
    }

    /** Returns the input that loads a file into {@code field}. */
    public WebElement fileInputOf(WebElement field) {
        return find("input[type=file][data-into=" + field.getAttribute("id") + "]");
    }

    public void offline(boolean offline) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    /** Runs {@code script} in each later page, before the page's own scripts. */
    public void beforeEachPage(String script) {
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    public void screenshot(String name) {
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns the axe-core violations of the current page, each with its elements. */
    List<String> accessibilityViolations() {
        driver.executeScript(AXE);
        Object found = driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document, {resultTypes: ['violations']}).then(
                    result => done(result.violations.map(
                        one => one.id + ': ' + one.nodes.map(node => node.html).join(' '))),
                    failure => done(['axe failed: ' + failure]));
                """);
        return ((List<?>) Objects.requireNonNull(found))
                .stream().map(String::valueOf).toList();
    }

    public void assertAccessible() {
        assertThat(accessibilityViolations())
                .as("axe-core on " + driver.getTitle())
                .isEmpty();
    }

    /** Asserts that the page does not scroll horizontally. */
    public void assertFitsItsWidth() {
        assertThat((Boolean) run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                .as("no horizontal scrolling")
                .isTrue();
    }

    /** Returns the violations of a Content-Security-Policy since the start of the browser. */
    public List<String> policyViolations() {
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            if (entry.getMessage().contains("Content Security Policy")
                    || entry.getMessage().contains("Refused to")) {
                violations.add(entry.getMessage());
            }
        }
        return List.copyOf(violations);
    }

    /** Stops the browser. Fails if a page violated its content security policy. */
    @Override
    public void close() {
        try {
            assertThat(policyViolations())
                    .as("violations of the security policy")
                    .isEmpty();
        } finally {
            driver.quit();
        }
    }

    /** Stops the browser without the check for policy violations. */
    public void end() {
        driver.quit();
    }
}
