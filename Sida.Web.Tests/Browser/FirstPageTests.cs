using Microsoft.Playwright;
using Sida.Web.Tests.Web;

namespace Sida.Web.Tests.Browser;

public sealed class FirstPageTests(Chromium chromium) : IDisposable
{
    private readonly SidaServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task The_first_page_is_interactive_under_its_own_security_policy()
    {
        IBrowserContext user = await chromium.NewUserAsync(_server.Listen());
        await using (user)
        {
            IPage page = await user.NewPageAsync();
            List<string> complaints = [];
            page.Console += (_, message) => complaints.AddRange(message.Type == "error" ? [message.Text] : []);
            page.PageError += (_, error) => complaints.Add(error);
            await page.GotoAsync("/");
            ILocator button = page.GetByRole(AriaRole.Button, new() { Name = "Asked" });
            await Assertions.Expect(button).ToHaveTextAsync("Asked 0 times");
            await Clicks.UntilAsync(button, async () => await button.TextContentAsync() != "Asked 0 times");
            Assert.Empty(complaints);
            Assert.Empty(_server.Log.Warnings);
        }
    }
}
