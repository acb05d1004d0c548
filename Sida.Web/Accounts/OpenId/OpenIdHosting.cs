using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.Extensions.Options;
using Sida.Web.Access;

namespace Sida.Web.Accounts.OpenId;

/// <summary>Signing in with an OpenID Connect provider, where the settings name one.</summary>
internal static class OpenIdHosting
{
    public const string Scheme = "OpenIdConnect";

    public static void AddOpenId(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Provider>();
        builder.Services.AddSingleton<ProviderClient>();
        builder.Services.AddSingleton<ProviderLogins>();
        builder.Services.AddTransient<OpenIdHandler>();
        builder.Services.AddAuthentication().AddCookie(ProviderCookie.Scheme, ProviderCookie.Configure);
        builder.Services.AddOptions<AuthenticationOptions>().Configure<IOptions<AccessOptions>>((authentication, access) =>
        {
            if (access.Value.OpenIdConnect.IsOn)
            {
                authentication.AddScheme<OpenIdHandler>(Scheme, null);
            }
        });
        builder.Services.AddOptions<OAuthOptions>(Scheme).Configure<IOptions<AccessOptions>>((oauth, access) => Configure(oauth, access.Value.OpenIdConnect));
        builder.Services.AddSingleton<IPostConfigureOptions<OAuthOptions>, OAuthPostConfigureOptions<OAuthOptions, OpenIdHandler>>();
    }

    private static void Configure(OAuthOptions oauth, OpenIdOptions settings)
    {
        oauth.SignInScheme = ProviderCookie.Scheme;
        oauth.CallbackPath = OpenIdRoutes.Callback;
        oauth.ClientId = settings.ClientId;
        oauth.ClientSecret = settings.ClientSecret;
        // The handler wants to have them, and doesn't use them: the real ones are in the provider's own document.
        oauth.AuthorizationEndpoint = oauth.TokenEndpoint = settings.Authority;
        // The answer comes as a link that the browser follows, which strict cookies wouldn't go along with and lax ones do.
        oauth.CorrelationCookie.Name = "sida.provider.state.";
        oauth.CorrelationCookie.SameSite = SameSiteMode.Lax;
        oauth.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        oauth.Events.OnRemoteFailure = OpenIdRoutes.TellAsync;
    }
}
