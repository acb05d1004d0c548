using Microsoft.Playwright;
using Sida.Web.Tests.Browser;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Sida.Web.Tests.Browser;

/// <summary>
/// The system's own Chromium, started once for all browser tests. Where it is missing it is installed from Debian, if this
/// process may do so; otherwise browser tests are skipped with what to do.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private readonly SemaphoreSlim _start = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A fresh browser profile: a user that nobody has seen before.</summary>
    public async Task<IBrowserContext> NewUserAsync(Uri server, Action<BrowserNewContextOptions>? options = null)
    {
        IBrowser browser = await StartAsync();
        BrowserNewContextOptions context = new() { BaseURL = server.ToString() };
        options?.Invoke(context);
        IBrowserContext user = await browser.NewContextAsync(context);
        user.SetDefaultTimeout(15_000);
        return user;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _start.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        await _start.WaitAsync();
        try
        {
            await DebianPackage.EnsureAsync(Program, "chromium");
            _playwright ??= await Playwright.CreateAsync();
            // A machine with much to do is slow, not wrong.
            Assertions.SetDefaultExpectTimeout(20_000);
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program,
                // Containers give neither a user namespace for the sandbox nor a large /dev/shm.
                Args = ["--no-sandbox", "--disable-dev-shm-usage"],
            });
        }
        finally
        {
            _start.Release();
        }
    }
}
