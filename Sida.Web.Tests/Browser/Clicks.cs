using Microsoft.Playwright;

namespace Sida.Web.Tests.Browser;

/// <summary>A page is drawn before its circuit is connected; clicks before that go nowhere.</summary>
internal static class Clicks
{
    public static async Task UntilAsync(ILocator element, Func<Task<bool>> done)
    {
        for (int attempt = 0; attempt < 50 && !await done(); attempt++)
        {
            await element.ClickAsync();
            await Task.Delay(200);
        }

        Assert.True(await done(), "The page never became interactive.");
    }
}
