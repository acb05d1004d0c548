using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Sida.Web.Access;

namespace Sida.Web.Accounts;

/// <summary>
/// An open page stands for somebody as long as a request of theirs would. It looks again when this server changed the account, and
/// otherwise after a while when the page is used; what comes in from a page that stands for nobody any more is dropped.
/// </summary>
internal sealed class CircuitStanding(AuthenticationStateProvider authentication, Standing standing, AccountNews news, TimeProvider clock) : CircuitHandler, IDisposable
{
    /// <summary>For changes that another process on the same database made.</summary>
    private static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _closed = new();
    private Guid? _owner;
    private DateTimeOffset _lookedAt;
    private bool _over;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        AuthenticationState state = await authentication.GetAuthenticationStateAsync();
        _owner = state.User.FindCaller()?.OwnerId;
        news.Changed += OnChanged;
        await LookAsync(cancellationToken);
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        if (!_over && clock.GetUtcNow() - _lookedAt > TrustedFor)
        {
            await LookAsync(_closed.Token);
        }

        // The page is being left. An error here would only be shown beside that.
        if (!_over)
        {
            await next(context);
        }
    };

    public void Dispose()
    {
        news.Changed -= OnChanged;
        _closed.Cancel();
        _closed.Dispose();
    }

    private void OnChanged(Guid owner)
    {
        if (owner == _owner)
        {
            // Whoever made the change need not wait for all pages of the other.
            CancellationToken closed = _closed.Token;
            _ = Task.Run(() => LookAsync(closed), closed);
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        AuthenticationState state = await authentication.GetAuthenticationStateAsync();
        ClaimsPrincipal? renewed = await standing.RenewAsync(state.User, cancellation);
        _lookedAt = clock.GetUtcNow();
        _over = renewed is null;
        if (renewed?.FindCaller() != state.User.FindCaller())
        {
            ((IHostEnvironmentAuthenticationStateProvider)authentication).SetAuthenticationState(Task.FromResult(new AuthenticationState(renewed ?? new ClaimsPrincipal())));
        }
    }
}
