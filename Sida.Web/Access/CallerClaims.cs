using System.Globalization;
using System.Security.Claims;

namespace Sida.Web.Access;

/// <summary>A caller as claims: what cookies and keys are turned into, and back.</summary>
internal static class CallerClaims
{
    private const string PermissionsType = "sida:permissions";
    private const string KeyType = "sida:key";
    private const string RoleType = "sida:role";
    private const string AccountType = "sida:account";
    private const string StampType = "sida:stamp";
    private const string SessionType = "sida:session";

    /// <param name="caller">Who it is.</param>
    /// <param name="scheme">How that was found out.</param>
    /// <param name="stamp">The account's security stamp of this moment; another one later means that everybody was signed out.</param>
    /// <param name="session">The session of this browser.</param>
    public static ClaimsPrincipal ToPrincipal(this Caller caller, string scheme, string? stamp = null, Guid? session = null)
    {
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, caller.OwnerId.ToString()),
            new(PermissionsType, ((int)caller.Permissions).ToString(CultureInfo.InvariantCulture)),
            new(RoleType, ((int)caller.Role).ToString(CultureInfo.InvariantCulture)),
        ];
        if (caller.ApiKeyId is { } key)
        {
            claims.Add(new Claim(KeyType, key.ToString()));
        }

        if (caller.AccountId is { } account)
        {
            claims.Add(new Claim(AccountType, account.ToString()));
        }

        if (stamp is not null)
        {
            claims.Add(new Claim(StampType, stamp));
        }

        if (session is { } id)
        {
            claims.Add(new Claim(SessionType, id.ToString()));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }

    /// <summary>Who this is; null for nobody.</summary>
    public static Caller? FindCaller(this ClaimsPrincipal principal)
    {
        if (!Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out Guid owner)
            || !int.TryParse(principal.FindFirstValue(PermissionsType), CultureInfo.InvariantCulture, out int permissions))
        {
            return null;
        }

        // Cookies from before there were accounts name no role.
        _ = int.TryParse(principal.FindFirstValue(RoleType), CultureInfo.InvariantCulture, out int role);
        return new Caller(owner, (Permissions)permissions, FindId(principal, KeyType), (SiteRole)role, FindId(principal, AccountType));
    }

    /// <summary>The security stamp that the account had when this was made.</summary>
    public static string? FindStamp(this ClaimsPrincipal principal) => principal.FindFirstValue(StampType);

    /// <summary>The session of the browser, where somebody signed in.</summary>
    public static Guid? FindSession(this ClaimsPrincipal principal) => FindId(principal, SessionType);

    private static Guid? FindId(ClaimsPrincipal principal, string type) => Guid.TryParse(principal.FindFirstValue(type), out Guid id) ? id : null;
}
