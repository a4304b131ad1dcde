package dev.nexus.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.launcher.ExampleBackend;
import dev.nexus.testing.NeedsOnPath;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The example backend in Chromium: the whole tour, with a screenshot of every page under target/screenshots. */
@ExtendWith(NexusExtension.class)
@NeedsOnPath({"chromium", "chromedriver"})
class ExampleTourIT {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Dimension DESKTOP = new Dimension(1280, 900);
    private static final Dimension PHONE = new Dimension(390, 844);

    private static GitHubDouble github;
    private static ExampleBackend example;

    private final String user = "u" + UUID.randomUUID().toString().substring(0, 8);
    private ChromeDriver chromium;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(SCREENSHOTS);
        github = GitHubDouble.start();
        github.register(NexusExtension.acme());
        example = ExampleBackend.start(NexusExtension.nexus(), 0, github.settings());
    }

    @AfterAll
    static void end() {
        example.close();
        github.close();
    }

    @AfterEach
    void quit() {
        chromium.quit();
    }

    private void open(Dimension size, boolean dark, boolean javascript) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(onPath("chromium"));
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--lang=en",
                "--window-size=" + size.getWidth() + "," + size.getHeight());
        if (dark) {
            options.addArguments("--blink-settings=preferredColorScheme=0");
        }
        if (!javascript) {
            options.setExperimentalOption("prefs", Map.of("profile.managed_default_content_settings.javascript", 2));
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        chromium = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File(onPath("chromedriver")))
                        .build(),
                options);
        // A window is no narrower than 500 pixels; what is shown in it may be.
        chromium.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width", size.getWidth(),
                        "height", size.getHeight(),
                        "deviceScaleFactor", 1,
                        "mobile", size.equals(PHONE)));
        if (dark) {
            chromium.executeCdpCommand(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
        }
    }

    private static String onPath(String program) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return Path.of(folder, program).toString();
            }
        }
        throw new IllegalStateException("no " + program + " on PATH");
    }

    private WebElement find(String selector) {
        return new WebDriverWait(chromium, PATIENCE)
                .until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(selector)));
    }

    private void press(String selector) {
        find(selector).click();
    }

    private void shoot(String name) throws IOException {
        Files.write(SCREENSHOTS.resolve("example-" + name + ".png"), chromium.getScreenshotAs(OutputType.BYTES));
    }

    /** Nothing was refused by the policy, nothing was missing, and nothing stands out at the side. */
    private void holdTheLayout() {
        assertThat(chromium.manage().logs().get(LogType.BROWSER).getAll())
                .noneMatch(entry -> entry.getMessage().contains("Content Security Policy")
                        || entry.getMessage().contains("Content-Security-Policy")
                        || entry.getLevel().intValue() >= Level.SEVERE.intValue());
    }

    private void holdTheWidth() {
        Number beyond = (Number) chromium.executeScript(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertThat(beyond.intValue()).isLessThanOrEqualTo(0);
    }

    private void signIn() {
        chromium.get(example.url() + "/");
        find("#user").sendKeys(user, Keys.ENTER);
        find("#connect");
    }

    private void enter(String token) {
        find("[name='credential.api_key']").sendKeys(token);
        press("#credential button.main");
    }

    @Test
    void the_tour_by_the_own_form() throws Exception {
        open(DESKTOP, false, true);
        chromium.get(example.url() + "/");
        shoot("1-sign-in");
        signIn();
        shoot("2-nothing-yet");

        press("#connect [value=form]");
        find("#credential");
        shoot("3-own-form");
        enter("not-a-token");
        assertThat(find("#error-1").getText()).isNotBlank();
        shoot("4-own-form-refused");
        enter("ghp_good_CANARY");

        assertThat(find("#notice").getText()).startsWith("Connected");
        assertThat(chromium.getCurrentUrl()).isEqualTo(example.url() + "/connections");
        shoot("5-connected");
        press("form.use button");
        new WebDriverWait(chromium, PATIENCE)
                .until(ExpectedConditions.textToBe(By.cssSelector("#notice"), "GitHub answered 200 You are octocat"));
        shoot("6-used");

        press("article.row details:has(form.rotate) summary");
        find("form.rotate [value=form]");
        shoot("7-rotate");
        press("form.rotate [value=form]");
        enter("ghp_good_CANARY_2");
        find(".replaced-by");
        shoot("8-rotated");

        press("article.row details:has(form.disconnect) summary");
        find("form.disconnect button");
        shoot("9-disconnect");
        press("form.disconnect button");
        new WebDriverWait(chromium, PATIENCE)
                .until(ExpectedConditions.textToBePresentInElementLocated(By.id("notice"), "Disconnected"));
        shoot("10-disconnected");

        holdTheWidth();
        holdTheLayout();
        assertThat(chromium.getPageSource()).doesNotContain("CANARY");
    }

    @Test
    void the_tour_on_a_phone_in_the_dark() throws Exception {
        open(PHONE, true, true);
        chromium.get(example.url() + "/");
        shoot("phone-1-sign-in");
        signIn();
        holdTheWidth();
        press("#others summary");
        new Select(find("#provider")).selectByValue("demo");
        find("#label").sendKeys("A long label for the account of the whole accounting department in Vienna");
        shoot("phone-2-another");
        press("#connect-other [value=form]");
        find("#credential");
        holdTheWidth();
        shoot("phone-3-form");
        new Select(find("[name='credential.region']")).selectByVisibleText("Europe");
        enter("demo_CANARY");
        find("form.use button");
        holdTheWidth();
        shoot("phone-4-connected");
        press("form.use button");
        new WebDriverWait(chromium, PATIENCE)
                .until(ExpectedConditions.textToBe(By.cssSelector("#notice"), "Demo answered 200 You are demo-user"));
        press("article.row details:has(form.disconnect) summary");
        shoot("phone-5-used");
        chromium.get(example.url() + "/connections/callback?status=success&connection_id=x");
        shoot("phone-6-refused");
        holdTheWidth();
    }

    @Test
    void the_tour_without_javascript_by_the_keyboard_alone() throws Exception {
        open(DESKTOP, true, false);
        signIn();

        find("#connect [value=form]").sendKeys(Keys.ENTER);
        find("[name='credential.api_key']").sendKeys("ghp_good_keyboard", Keys.ENTER);
        assertThat(find("#notice").getText()).startsWith("Connected");
        find("form.use button").sendKeys(Keys.SPACE);
        new WebDriverWait(chromium, PATIENCE)
                .until(ExpectedConditions.textToBe(By.cssSelector("#notice"), "GitHub answered 200 You are octocat"));
        shoot("dark-used");
        find("article.row details:has(form.disconnect) summary").sendKeys(Keys.ENTER);
        find("form.disconnect button").sendKeys(Keys.ENTER);
        new WebDriverWait(chromium, PATIENCE)
                .until(ExpectedConditions.textToBePresentInElementLocated(By.id("notice"), "Disconnected"));
    }
}
