package dev.nexus.gateway.page;

/**
 * A page that says why there is no form, and what to do.
 *
 * @param button what the link says; empty where there is none
 * @param href where it leads; empty for this page again
 */
public record NoticeView(PageFrame frame, String heading, String text, String button, String href) {

    @Override
    public String toString() {
        return "NoticeView[" + heading + "]";
    }
}
