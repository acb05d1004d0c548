namespace Sida.Web.Access;

/// <summary>On whose behalf something happens.</summary>
/// <param name="OwnerId">Whose data it may touch.</param>
/// <param name="Permissions">What it may do with that data.</param>
/// <param name="ApiKeyId">The key that a program showed; null for a browser.</param>
/// <param name="Role">What the person is here; a program is what its owner is.</param>
/// <param name="AccountId">The account that is signed in, or whose program this is; null for a browser without one.</param>
public sealed record Caller(Guid OwnerId, Permissions Permissions, Guid? ApiKeyId = null, SiteRole Role = SiteRole.Visitor, Guid? AccountId = null)
{
    /// <summary>Lets routes take a caller as a parameter. Routes are closed to nobody's requests, so there always is one.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult(context.User.FindCaller());
}
