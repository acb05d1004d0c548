using System.Globalization;
using System.Security.Claims;

namespace Sida.Web.Access;

/// <summary>A caller as claims: what cookies and keys are turned into, and back.</summary>
internal static class CallerClaims
{
    private const string PermissionsType = "sida:permissions";
    private const string KeyType = "sida:key";

    public static ClaimsPrincipal ToPrincipal(this Caller caller, string scheme)
    {
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, caller.OwnerId.ToString()),
            new(PermissionsType, ((int)caller.Permissions).ToString(CultureInfo.InvariantCulture)),
        ];
        if (caller.ApiKeyId is { } key)
        {
            claims.Add(new Claim(KeyType, key.ToString()));
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

        Guid? key = Guid.TryParse(principal.FindFirstValue(KeyType), out Guid id) ? id : null;
        return new Caller(owner, (Permissions)permissions, key);
    }
}
