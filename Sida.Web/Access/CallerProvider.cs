using Microsoft.AspNetCore.Components.Authorization;

namespace Sida.Web.Access;

/// <summary>Tells components on whose behalf they act. Everything that they read or change goes through services that take it.</summary>
internal sealed class CallerProvider(AuthenticationStateProvider authentication)
{
    /// <summary>The browser whose page this is.</summary>
    public async Task<Caller> GetAsync()
    {
        AuthenticationState state = await authentication.GetAuthenticationStateAsync();
        return state.User.FindCaller() ?? throw new NotFoundException("This page has no owner. Reload it; cookies must be allowed for this site.");
    }
}
