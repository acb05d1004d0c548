namespace Sida.Web.Access;

/// <summary>A page for people with at least this role; others are sent to sign in, or told what they lack.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NeedsRoleAttribute(SiteRole role) : Attribute
{
    public SiteRole Role => role;
}

/// <summary>A page that opens without an account even where the chat needs one: signing in, joining, a shared link.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OpenToVisitorsAttribute : Attribute;

/// <summary>Whether a page opens.</summary>
internal enum PageAnswer
{
    Open,
    SignInFirst,
    NotForThisRole,
}
